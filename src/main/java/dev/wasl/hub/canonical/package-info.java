/** The canonical messages: what every system's data becomes. Depends on the JDK and JSON annotations only. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.canonical;
