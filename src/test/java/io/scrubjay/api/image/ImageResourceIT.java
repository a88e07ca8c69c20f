// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** Images and their events, once more on what was built: the jar, or the native executable. */
@QuarkusIntegrationTest
class ImageResourceIT extends ImageResourceTest {}
