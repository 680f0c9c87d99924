/** Web pages for the admin; depends on what is readable, nothing depends on it. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.console;
