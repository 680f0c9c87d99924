package dev.wasl.hub.sandbox;

/**
 * One step of a delivery's story.
 *
 * @param act what happens
 * @param code Bosta's state code afterwards
 * @param afterMillis milliseconds since the delivery was created, when nobody hurries the story
 * @param exception Bosta's exception (NDR) code, 0 when none
 */
record Step(Act act, int code, long afterMillis, int exception) {}
