/**
 * Who may touch what: {@link dev.javelin.ownership.EngineThread} marks types confined to the engine thread, and
 * {@link dev.javelin.ownership.OwnerThread} checks it at run time.
 */
@NullMarked
package dev.javelin.ownership;

import org.jspecify.annotations.NullMarked;
