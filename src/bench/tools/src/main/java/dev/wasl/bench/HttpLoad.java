package dev.wasl.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Locale;

/**
 * Sends ready-made requests over keep-alive connections from one thread, as fast as answers come or at a fixed rate.
 * One thread, no objects per request: the load must cost little beside what it loads.
 */
final class HttpLoad implements Closeable {

    private final Selector selector;
    private final Connection[] connections;

    HttpLoad(int port, int connections) throws IOException {
        this.selector = Selector.open();
        this.connections = new Connection[connections];
        for (int i = 0; i < connections; i++) {
            this.connections[i] = new Connection(new InetSocketAddress("127.0.0.1", port), selector);
        }
    }

    /**
     * Sends every request once.
     *
     * @param perSecond requests per second, whatever the answers do; 0 sends the next as soon as a connection is free
     * @param answered told of every answer, on the sending thread
     */
    Result send(StripeEvents.Signed[] events, double perSecond, Answered answered) throws IOException {
        long[] latencies = new long[events.length];
        int[] statuses = new int[600];
        ArrayDeque<Connection> free = new ArrayDeque<>(Arrays.asList(connections));
        int next = 0;
        int done = 0;
        long cpuBefore = ProcessTree.ownCpuMicros();
        long start = System.nanoTime();
        while (done < events.length) {
            while (next < events.length && !free.isEmpty()) {
                long due = perSecond == 0 ? System.nanoTime() : start + (long) (next * 1e9 / perSecond);
                if (due > System.nanoTime()) {
                    break;
                }
                Connection connection = free.poll();
                connection.send(next, events[next].request(), due);
                next++;
            }
            if (perSecond == 0 || free.isEmpty() || next == events.length) {
                selector.select(1000);
            } else {
                long wait = start + (long) (next * 1e9 / perSecond) - System.nanoTime();
                // to the millisecond: waiting more precisely would take a processor away from what is measured
                selector.select(Math.max(1, wait / 1_000_000));
            }
            var keys = selector.selectedKeys();
            for (SelectionKey key : keys) {
                Connection connection = (Connection) key.attachment();
                if (key.isWritable()) {
                    connection.flush();
                }
                if (key.isReadable()) {
                    int status = connection.read();
                    if (status != 0) {
                        long now = System.nanoTime();
                        latencies[connection.index] = now - connection.startedAt;
                        statuses[status]++;
                        answered.answered(connection.index, status, now);
                        done++;
                        free.add(connection);
                    }
                }
            }
            keys.clear();
        }
        long elapsed = System.nanoTime() - start;
        long cpu = ProcessTree.ownCpuMicros() - cpuBefore;
        Arrays.sort(latencies);
        int good = 0;
        for (int status = 200; status < 300; status++) {
            good += statuses[status];
        }
        return new Result(events.length, good, elapsed, latencies, cpu);
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.channel.close();
        }
        selector.close();
    }

    /** Is told of every answer. */
    interface Answered {
        void answered(int index, int status, long nanoTime);
    }

    /**
     * What a round brought.
     *
     * @param good answers with a status of 2xx
     * @param sortedNanos every latency
     * @param cpuMicros what the load program itself used
     */
    record Result(int sent, int good, long elapsedNanos, long[] sortedNanos, long cpuMicros) {

        double perSecond() {
            return good / (elapsedNanos / 1e9);
        }

        double percentileMillis(double share) {
            return sortedNanos[(int) Math.min(sortedNanos.length - 1, Math.floor(sortedNanos.length * share))] / 1e6;
        }
    }

    private static final class Connection {

        private final InetSocketAddress address;
        private final Selector selector;
        private SocketChannel channel;
        private SelectionKey key;
        private final ByteBuffer in = ByteBuffer.allocate(16 * 1024);
        private ByteBuffer out = ByteBuffer.allocate(0);
        private int index;
        private long startedAt;
        private boolean closing;

        Connection(InetSocketAddress address, Selector selector) throws IOException {
            this.address = address;
            this.selector = selector;
            open();
        }

        private void open() throws IOException {
            channel = SocketChannel.open(address);
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            key = channel.register(selector, SelectionKey.OP_READ, this);
        }

        void send(int index, byte[] request, long startedAt) throws IOException {
            this.index = index;
            this.startedAt = startedAt;
            out = ByteBuffer.wrap(request);
            in.clear();
            flush();
        }

        void flush() throws IOException {
            channel.write(out);
            key.interestOps(out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }

        /** The status once the whole answer is here, else 0. */
        int read() throws IOException {
            if (channel.read(in) < 0) {
                throw new IOException("the server closed a connection before it answered");
            }
            int status = status();
            if (status != 0 && closing) {
                // A server may close after an answer and says so; the next request gets a new connection.
                channel.close();
                open();
            }
            return status;
        }

        private int status() {
            int length = in.position();
            byte[] bytes = in.array();
            int head = headEnd(bytes, length);
            if (head < 0) {
                return 0;
            }
            String text = new String(bytes, 0, head, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
            int status = Integer.parseInt(text.substring(9, 12));
            closing = text.contains("connection: close");
            int at = text.indexOf("content-length:");
            if (at >= 0) {
                int end = text.indexOf('\r', at);
                return length >= head + Integer.parseInt(text.substring(at + 15, end).trim()) ? status : 0;
            }
            if (text.contains("transfer-encoding: chunked")) {
                String tail = new String(bytes, Math.max(head, length - 5), length - Math.max(head, length - 5), StandardCharsets.ISO_8859_1);
                return tail.equals("0\r\n\r\n") ? status : 0;
            }
            return status;
        }

        private static int headEnd(byte[] bytes, int length) {
            for (int i = 3; i < length; i++) {
                if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                    return i + 1;
                }
            }
            return -1;
        }
    }
}
