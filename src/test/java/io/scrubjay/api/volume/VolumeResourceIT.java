// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.volume;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** Volumes and snapshots, once more on what was built: the jar, or the native executable. */
@QuarkusIntegrationTest
class VolumeResourceIT extends VolumeResourceTest {}
