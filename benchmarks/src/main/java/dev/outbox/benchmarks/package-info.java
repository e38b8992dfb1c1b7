/** What the library costs, beside the least that hand-written code does for the same work, in the same run. */
@NullMarked
package dev.outbox.benchmarks;

import org.jspecify.annotations.NullMarked;
