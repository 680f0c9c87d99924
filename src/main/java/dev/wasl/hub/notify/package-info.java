/** Rules, templates and persisted sending of SMS, WhatsApp and e-mail, each once per cause. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.notify;
