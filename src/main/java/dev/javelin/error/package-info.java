/**
 * What can go wrong, and whose fault it is.
 *
 * <p>{@link dev.javelin.error.JavelinException} is the only exception that crosses packages; its
 * {@link dev.javelin.error.ErrorCode} says who has to act ({@link dev.javelin.error.Blame}) and its message names the
 * field, the value and the limit. Argument checks inside one package stay {@link IllegalArgumentException} and
 * {@link IllegalStateException}: they mean a bug of ours.
 */
@NullMarked
package dev.javelin.error;

import org.jspecify.annotations.NullMarked;
