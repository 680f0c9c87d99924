/** The broker: embedded by default, external by configuration; topology, access and queue depths. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.ops.broker;
