package dev.javelin.bench.load;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server without a model: it answers each completion with as many canned events as tokens were asked for, one to each
 * open stream in turn, as fast as its one thread can. Thread-safe: all state belongs to its event loop.
 */
final class NullServer implements AutoCloseable {
    private static final int MOST_BODY_BYTES = 16 << 20;
    private static final long NANOS_TILL_WRITABLE = 200_000;
    private static final ByteBuf HEAD = constant("""
            HTTP/1.1 200 OK\r
            content-type: text/event-stream\r
            transfer-encoding: chunked\r
            \r
            """);
    private static final ByteBuf EVENT = chunk("data: {\"id\":\"cmpl-null\",\"object\":\"text_completion\","
            + "\"created\":1700000000,\"model\":\"null\",\"system_fingerprint\":\"fp_null\",\"choices\":[{\"index\":0,"
            + "\"text\":\" word\",\"logprobs\":null,\"finish_reason\":null,\"stop_reason\":null}]}\n\n");

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("null-server", true), NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final List<Answer> open = new ArrayList<>();
    private final Channel channel;

    private NullServer() {
        channel = new ServerBootstrap()
                .group(loop, loop)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accepted.pipeline()
                                .addLast(new HttpRequestDecoder())
                                .addLast(new HttpObjectAggregator(MOST_BODY_BYTES))
                                .addLast(new RequestHandler());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    /** Starts on a free port of the loopback. */
    static NullServer start() {
        return new NullServer();
    }

    /** The API's address. */
    URI base() {
        return URI.create("http://127.0.0.1:" + ((InetSocketAddress) channel.localAddress()).getPort() + "/v1");
    }

    private static ByteBuf constant(String text) {
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII)))
                .asReadOnly();
    }

    private static ByteBuf chunk(String text) {
        return constant(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    private final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            int tokens = JsonMapper.shared()
                    .readTree(request.content().toString(StandardCharsets.UTF_8))
                    .path("max_tokens")
                    .asInt(16);
            var _ = context.write(HEAD.duplicate(), context.voidPromise());
            if (open.isEmpty()) {
                loop.execute(NullServer.this::step);
            }
            open.add(new Answer(context.channel(), tokens));
        }
    }

    /** One token to each stream whose reader keeps up, as a step of an engine gives. */
    private void step() {
        int given = 0;
        for (Answer answer : open) {
            given += answer.tryToken() ? 1 : 0;
        }
        open.removeIf(Answer::isOver);
        if (!open.isEmpty() && given > 0) {
            loop.execute(this::step);
        } else if (!open.isEmpty()) {
            var _ = loop.schedule(this::step, NANOS_TILL_WRITABLE, TimeUnit.NANOSECONDS);
        }
    }

    private static final class Answer {
        private final Channel channel;
        private final int tokens;
        private int given;

        private Answer(Channel channel, int tokens) {
            this.channel = channel;
            this.tokens = tokens;
        }

        private boolean isOver() {
            return given == tokens || !channel.isActive();
        }

        private boolean tryToken() {
            if (!channel.isWritable()) {
                return false;
            }
            given++;
            var _ = channel.write(EVENT.duplicate(), channel.voidPromise());
            if (given == tokens) {
                var _ = channel.write(end(), channel.voidPromise());
            }
            channel.flush();
            return true;
        }

        private ByteBuf end() {
            return Unpooled.wrappedBuffer(
                    chunk("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":" + tokens
                            + "}}\n\n"),
                    chunk("data: [DONE]\n\n"),
                    constant("0\r\n\r\n"));
        }
    }

    @Override
    public void close() {
        var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
