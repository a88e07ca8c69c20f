// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

/** An answer that is written is not yet with its client. */
class LeavingAnswersTest {
    /** Passes nothing on to the client before it is told to. */
    private static final class SlowClient extends ChannelOutboundHandlerAdapter {
        private boolean takes;

        @Override
        public void flush(ChannelHandlerContext context) {
            if (takes) {
                context.flush();
            }
        }
    }

    private final SlowClient client = new SlowClient();
    private final EmbeddedChannel channel = new EmbeddedChannel(client);
    private final AtomicInteger gone = new AtomicInteger();
    private final LeavingAnswers answers = new LeavingAnswers(channel, gone::incrementAndGet);

    private void answer() {
        var unused = channel.write(Unpooled.copiedBuffer(new byte[1000]));
        answers.add();
    }

    private void take() {
        client.takes = true;
        channel.flush();
        client.takes = false;
    }

    @Test
    void answerIsHereUntilItsLastByteHasLeft() {
        // Given
        answer();
        answer();
        assertThat(answers.any()).isTrue();
        assertThat(gone).hasValue(0);

        // When
        take();

        // Then
        assertThat(answers.any()).isFalse();
        assertThat(gone).hasValue(2);
    }

    @Test
    void clientThatTakesNothingIsStuckAtTheSecondLook() {
        // Given
        answer();

        // Then
        assertThat(answers.isStuck()).isFalse();
        assertThat(answers.isStuck()).isTrue();
        take();
        answer();
        answer();
        assertThat(answers.isStuck()).isFalse();
    }

    @Test
    void answerToAClientThatIsGoneIsGoneToo() {
        // Given
        answer();

        // When
        var unused = channel.close();

        // Then
        assertThat(answers.any()).isFalse();
    }
}
