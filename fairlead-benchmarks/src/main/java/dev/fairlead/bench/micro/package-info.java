/** What the codecs cost, one at a time: {@code ./bench --micro}. */
@NullMarked
package dev.fairlead.bench.micro;

import org.jspecify.annotations.NullMarked;
