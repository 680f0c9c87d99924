/** The businesses that use the hub, and what each has configured. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.tenant;
