package dev.javelin.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Sends streaming completions from one thread. Thread-safe: all else happens on its event loop. */
final class LoadClient implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("bench-client", true), NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final ArrayDeque<Channel> idle = new ArrayDeque<>();
    private final Bootstrap bootstrap;
    private final String path;
    private final HttpHeaders headers;
    private final Duration timeout;
    private final long threadId;

    /**
     * A client without connections.
     *
     * @param base the API's address
     * @param more headers of each request
     * @param timeout after which a request has failed
     */
    LoadClient(URI base, Map<String, String> more, Duration timeout) {
        int port = base.getPort() < 0 ? 80 : base.getPort();
        this.path = base.getRawPath() + "/completions";
        this.timeout = timeout;
        this.headers = new DefaultHttpHeaders()
                .set(HttpHeaderNames.HOST, base.getHost() + ":" + port)
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.ACCEPT, "text/event-stream");
        more.forEach(headers::set);
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .remoteAddress(base.getHost(), port)
                .handler(new Pipeline());
        this.threadId = loop.submit(() -> Thread.currentThread().threadId())
                .syncUninterruptibly()
                .getNow();
    }

    private final class Pipeline extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline()
                    .addLast(new HttpClientCodec())
                    .addLast(new StreamHandler(System::nanoTime, idle::push, LoadClient.this::dispatch));
        }
    }

    /**
     * Runs a plan and waits for its end.
     *
     * @return a result for each request, in the plan's order
     * @throws InterruptedException if the caller was interrupted; what runs goes on until the client is closed
     */
    List<StreamResult> run(LoadPlan plan) throws InterruptedException {
        int count = plan.requests().size();
        AtomicReferenceArray<StreamResult> results = new AtomicReferenceArray<>(count);
        CountDownLatch open = new CountDownLatch(count);
        long startNanos = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int index = i;
            LoadPlan.Planned request = plan.requests().get(i);
            Consumer<StreamResult> onEnd = result -> {
                results.set(index, result);
                open.countDown();
            };
            long dueNanos = startNanos + request.arrivalNanos();
            var _ = loop.schedule(
                    () -> send(new Exchange(request.body(), dueNanos, onEnd)),
                    dueNanos - System.nanoTime(),
                    TimeUnit.NANOSECONDS);
        }
        open.await();
        return IntStream.range(0, count).mapToObj(results::get).toList();
    }

    private void send(Exchange exchange) {
        dispatch(exchange);
        var _ = loop.schedule(() -> exchange.onTimeout(timeout), timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void dispatch(Exchange exchange) {
        Channel kept = idle.poll();
        while (kept != null && !kept.isActive()) {
            kept = idle.poll();
        }
        if (kept != null) {
            write(kept, exchange, true);
            return;
        }
        bootstrap.connect().addListener((ChannelFuture connected) -> {
            if (connected.isSuccess()) {
                write(connected.channel(), exchange, false);
            } else {
                exchange.fail("connect: " + connected.cause().getMessage());
            }
        });
    }

    private void write(Channel channel, Exchange exchange, boolean onKeptConnection) {
        exchange.setChannel(channel);
        channel.pipeline().get(StreamHandler.class).begin(exchange, onKeptConnection);
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.POST,
                path,
                Unpooled.wrappedBuffer(exchange.body()),
                headers.copy().set(HttpHeaderNames.CONTENT_LENGTH, exchange.body().length),
                EmptyHttpHeaders.INSTANCE);
        channel.writeAndFlush(request).addListener((ChannelFuture written) -> {
            if (!written.isSuccess()) {
                var _ = channel.close(); // what the exchange becomes is said when the channel is inactive
            }
        });
    }

    /** CPU time that the client's thread has used. */
    double cpuSeconds() {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(threadId) * 1e-9;
    }

    @Override
    public void close() {
        var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
