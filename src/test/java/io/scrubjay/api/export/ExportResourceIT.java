// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.export;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** Exports, once more on what was built: the jar, or the native executable. */
@QuarkusIntegrationTest
class ExportResourceIT extends ExportResourceTest {}
