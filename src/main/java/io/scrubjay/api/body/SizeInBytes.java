// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.block.ByteSize;

import java.io.IOException;

/** Reads a size in a JSON body: a whole number of bytes, or a text as {@code "1G"}. Stateless. */
@RegisterForReflection
public final class SizeInBytes extends StdDeserializer<Long> {
    private static final long serialVersionUID = 1L;

    SizeInBytes() {
        super(Long.class);
    }

    @Override
    public Long deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (parser.hasToken(JsonToken.VALUE_NUMBER_INT)) {
            return parser.getLongValue();
        }
        if (parser.hasToken(JsonToken.VALUE_STRING)) {
            try {
                return ByteSize.parse(parser.getText()).bytes();
            } catch (IllegalArgumentException nonsense) {
                return (Long) context.handleWeirdStringValue(Long.class, parser.getText(), nonsense.getMessage());
            }
        }
        return (Long) context.handleUnexpectedToken(Long.class, parser);
    }
}
