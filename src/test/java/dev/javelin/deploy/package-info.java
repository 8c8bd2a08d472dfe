/**
 * What is deployed: the {@code Dockerfile} and the chart under {@code helm/}, without Docker and without a cluster.
 *
 * <p>{@link dev.javelin.deploy.HelmChart} renders the chart with Helm's own library; what comes out is read strictly
 * ({@link dev.javelin.deploy.StrictManifests}: a field that Kubernetes does not know fails), its settings must be ones
 * that the server has, its metrics ones that the server exports. {@link dev.javelin.deploy.ImageFolders} follows the
 * Dockerfile in a folder instead of an image, and {@code LayeredImageIT} starts the server that results, with the
 * chart's own configuration; it runs after {@code package}, as it needs the jar.
 */
@NullMarked
package dev.javelin.deploy;

import org.jspecify.annotations.NullMarked;
