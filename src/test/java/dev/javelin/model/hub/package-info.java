/** Tests of where models come from; {@link dev.javelin.model.hub.FakeHub} is a Hub for other packages' tests too. */
@NullMarked
package dev.javelin.model.hub;

import org.jspecify.annotations.NullMarked;
