/** MTN MoMo Collections: it signs nothing, so an unguessable address and a status query stand for a signature. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.connector.mtn;
