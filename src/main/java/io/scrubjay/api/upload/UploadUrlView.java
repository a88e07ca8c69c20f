// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.time.Instant;

/**
 * An upload URL.
 *
 * @param url where to send the image; everybody who knows it may upload, so it is a secret
 * @param method how to send it
 * @param expiresAt when the upload has to have begun
 */
@RegisterForReflection
@Schema(name = "UploadUrl")
record UploadUrlView(String url, String method, Instant expiresAt) {}
