// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** Downloads, ranges, manifests, once more on what was built: the jar, or the native executable. */
@QuarkusIntegrationTest
class ImageContentIT extends ImageContentTest {}
