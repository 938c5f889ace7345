package org.dmafence.actors;

/**
 * What a scheduler has been through; each number is exact once everything is quiet.
 *
 * @param submitted jobs taken
 * @param refused jobs not taken
 * @param ended jobs whose {@code finished} fence has signalled, whatever with, and that were freed
 * @param schedulerDoorbells turns that the scheduler took for all that
 * @param engineDoorbells turns that the engine took
 */
public record SchedulerStats(long submitted, long refused, long ended, long schedulerDoorbells, long engineDoorbells) {}
