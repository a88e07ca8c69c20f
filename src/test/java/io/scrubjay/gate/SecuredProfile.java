// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.scrubjay.ProcessFiles;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The whole agent, which lets in those with a token of its file, of the test's issuer, or with an upload URL. */
public class SecuredProfile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> config = new HashMap<>();
        config.put("scrubjay.engine", "memory");
        config.put("scrubjay.state.path", ProcessFiles.of("state-secured").toString());
        config.put("scrubjay.security.tokens-file", SecretFiles.tokens().toString());
        config.put("scrubjay.security.upload-key-file", SecretFiles.uploadKey().toString());
        config.put("scrubjay.security.subjects.\"" + TestIssuer.UPLOADER + "\"", "upload");
        // Everything that is ever logged, for whoever looks for secrets in it.
        config.put("quarkus.log.category.\"io.scrubjay\".level", "DEBUG");
        config.put("quarkus.log.category.\"io.quarkus.oidc\".level", "DEBUG");
        config.put("quarkus.log.category.\"io.quarkus.vertx.http\".level", "DEBUG");
        config.put("quarkus.http.access-log.enabled", "true");
        return config;
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(TestIssuer.class));
    }
}
