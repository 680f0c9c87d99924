/** Who may come in and see what: users, API keys, the rules of the HTTP side, and the audit of what was changed. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.access;
