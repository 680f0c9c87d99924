package dev.wasl.hub;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Work that several threads do at once. */
public final class AtOnce {

    private AtOnce() {}

    /** What one thread does. */
    @FunctionalInterface
    public interface Part {

        /** Does the part of a thread, numbered from 0. */
        void run(int thread) throws Exception;
    }

    /** Lets as many threads begin together and waits for all of them; fails when one of them does. */
    public static void run(int threads, Part part) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> parts = IntStream.range(0, threads)
                    .<Callable<Integer>>mapToObj(thread -> () -> {
                        start.await();
                        part.run(thread);
                        return thread;
                    })
                    .map(pool::submit)
                    .toList();
            for (Future<Integer> done : parts) {
                done.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
