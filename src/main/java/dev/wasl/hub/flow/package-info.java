/** Camel and broker glue: batch consumers, the group-commit writer, route files and the beans that routes may call. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.flow;
