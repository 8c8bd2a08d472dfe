package dev.javelin.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads one connection's answers, one exchange at a time. Confined to the client's thread. */
final class StreamHandler extends SimpleChannelInboundHandler<HttpObject> {
    private static final int MOST_REFUSAL_CHARS = 500;

    private final LongSupplier nanoClock;
    private final Consumer<Channel> onIdle;
    private final Consumer<Exchange> onLost;
    private @Nullable Exchange current;
    private boolean reused;
    private boolean keepsAlive;

    /**
     * A handler of a new connection.
     *
     * @param nanoClock when bytes arrive
     * @param onIdle gets the connection when it is free for another exchange
     * @param onLost gets an exchange that the server never saw: it had closed a kept connection
     */
    StreamHandler(LongSupplier nanoClock, Consumer<Channel> onIdle, Consumer<Exchange> onLost) {
        this.nanoClock = nanoClock;
        this.onIdle = onIdle;
        this.onLost = onLost;
    }

    /** Begins an exchange, before its request is written. */
    void begin(Exchange exchange, boolean onKeptConnection) {
        current = exchange;
        reused = onKeptConnection;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        Exchange exchange = current;
        if (exchange == null) {
            return;
        }
        if (message instanceof HttpResponse response) {
            exchange.setStatus(response.status().code());
            keepsAlive = HttpUtil.isKeepAlive(response);
        }
        if (message instanceof HttpContent content) {
            read(exchange, content.content());
        }
        if (message instanceof LastHttpContent) {
            current = null;
            if (keepsAlive) {
                onIdle.accept(context.channel());
            } else {
                var _ = context.close();
            }
            exchange.end();
        }
    }

    private void read(Exchange exchange, ByteBuf content) {
        if (exchange.isAccepted()) {
            exchange.scanner().feed(content, nanoClock.getAsLong());
        } else if (exchange.refusal().length() < MOST_REFUSAL_CHARS) {
            exchange.refusal().append(content.toString(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Exchange exchange = current;
        current = null;
        if (exchange != null && !exchange.hasAnswer() && reused) {
            onLost.accept(exchange);
        } else if (exchange != null) {
            exchange.fail("the server closed the connection");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Exchange exchange = current;
        if (exchange != null && (exchange.hasAnswer() || !reused)) {
            current = null;
            exchange.fail("connection: " + cause.getMessage());
        }
        var _ = context.close();
    }
}
