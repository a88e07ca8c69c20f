// SPDX-License-Identifier: Apache-2.0
/**
 * Uploads of images: {@code PUT /v1/images/{name}/content}, forms with the file inside, resumable ones by the tus
 * protocol, and the upload URLs that allow one upload without a token.
 *
 * <ul>
 *   <li><b>upload</b>: a request whose body becomes an image; the response is the image's view.
 *   <li><b>upload URL</b>: a URL that allows its holder one upload for a short time; its signature is in the query
 *       ({@link io.scrubjay.api.upload.UploadUrlKeys}).
 *   <li><b>session</b>: a resumable upload ({@link io.scrubjay.session}); its requests are those of the tus protocol
 *       ({@link io.scrubjay.api.upload.TusProtocol}).
 * </ul>
 *
 * <p>A body stays on its request's event loop; workers start ingests.
 */
package io.scrubjay.api.upload;
