// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.scrubjay.api.body.BodyFault;
import io.scrubjay.api.problem.ProblemAnswer;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Handles requests and responses of an HTTP/1 connection in cases that Vert.x does not handle:
 *
 * <ul>
 *   <li>A body whose framing is broken is answered with 400 before the connection closes; Vert.x would close at once.
 *   <li>A digest in a trailer after a body is not ignored: Vert.x discards trailers.
 *   <li>A client that closes its sending side gets the responses to the requests that it has sent; the last request is
 *       refused if its body is incomplete.
 *   <li>Bytes after a request whose response says that the connection closes are ignored. The client sees the end of
 *       the connection right after that response, even if it has not sent its whole body: with Vert.x, both would wait
 *       for each other.
 * </ul>
 *
 * <p>Stands just before Vert.x' own handler. Confined to the connection's event loop.
 */
final class Exchanges extends ChannelDuplexHandler {
    /** How a body ended, if it did so before its request is routed. */
    private interface Ending {
        /** Tells the request; returns whether the request still needs to be handled. */
        boolean tell(RoutingContext request);
    }

    /** Why a body does not end properly. */
    private interface Fault {
        /** Stores it in its request. */
        void noteAt(RoutingContext request);
    }

    private static final String CUT =
            "the client closed its side of the connection before the end of the body; send the whole body";

    private final Map<Long, Ending> endings = new HashMap<>();
    private ChannelHandlerContext context;
    private Optional<RoutingContext> latest = Optional.empty();
    private final WrittenAnswers answers = new WrittenAnswers();
    private long received;
    private long routed;
    private boolean inBody;
    private boolean ending;
    private boolean closeIsTold;
    private boolean isOver;

    private Exchanges() {}

    /** Adds this handler to a connection, if it does not have one yet; {@code next} is the name of Vert.x' handler. */
    static void watch(ChannelPipeline pipeline, String next) {
        if (pipeline.get(Exchanges.class) == null) {
            pipeline.addBefore(next, Exchanges.class.getName(), new Exchanges());
        }
    }

    /** Registers a request that is about to be handled. */
    static void pass(RoutingContext request) {
        if (request.request().connection() instanceof ConnectionBase connection) {
            Exchanges exchanges = connection.channel().pipeline().get(Exchanges.class);
            if (exchanges != null && !exchanges.goesOn(request)) {
                return;
            }
        }
        request.next();
    }

    /** Whether the request still needs to be handled: not if its body is known to be broken, or if it came too late. */
    private boolean goesOn(RoutingContext request) {
        // The router of the management port gets some requests from the other router: they pass here twice.
        if (latest.filter(known -> known.request() == request.request()).isPresent()) {
            return true;
        }
        if (closeIsTold) {
            end();
            return false;
        }
        // Not every request passes here: one whose target is not a path does not.
        routed = answers.current();
        latest = Optional.of(request);
        Ending known = endings.remove(routed);
        return known == null || known.tell(request);
    }

    private static boolean refuse(RoutingContext request, Fault fault) {
        fault.noteAt(request);
        if (SmallBody.isStream(request) || SmallBody.isComing(request)) {
            // The code that takes the body answers.
            return true;
        }
        BodyFault.problem(request).ifPresent(problem -> ProblemAnswer.send(request, problem));
        return false;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        // Until here, and with HTTP/2, a connection ends when the client says so.
        added.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        removed.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        isOver |= closeIsTold && message instanceof HttpRequest;
        if (isOver) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest head) {
            received++;
            inBody = head.decoderResult().isSuccess();
        }
        if (message instanceof HttpContent content && content.decoderResult().isFailure() && inBody) {
            ReferenceCountUtil.release(message);
            inBody = false;
            String why = brokenBy(content.decoderResult().cause());
            endWithout(request -> BodyFault.broken(request, why));
            return;
        }
        if (message instanceof LastHttpContent last) {
            inBody = false;
            if (!last.trailingHeaders().isEmpty()) {
                Set<String> names = last.trailingHeaders().names();
                tell(request -> {
                    BodyFault.trailer(request, names);
                    return true;
                });
            }
        }
        context.fireChannelRead(message);
    }

    private static String brokenBy(Throwable cause) {
        return "the HTTP framing of the body is wrong: "
                + (cause.getMessage() == null ? "it is not valid HTTP/1.1" : cause.getMessage());
    }

    /** Handles a body whose rest will not come: its request is refused, and the connection ends after the response. */
    private void endWithout(Fault fault) {
        ending = true;
        linger();
        if (answers.count() == received) {
            end();
        } else if (routed == received) {
            fault.noteAt(latest.orElseThrow());
            endBody();
        } else {
            endings.put(received, request -> {
                context.executor().execute(this::endBody);
                return refuse(request, fault);
            });
        }
    }

    /**
     * Ends the body: the code that has taken it so far then asks what is wrong with it.
     *
     * <p>ORDER: after its request was told of it. A body that nobody knows to be broken or cut never ends.
     */
    private void endBody() {
        context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    /** Tells the request whose body is being received, now or as soon as the request is routed. */
    private void tell(Ending ending) {
        if (routed == received) {
            boolean unused = ending.tell(latest.orElseThrow());
        } else {
            endings.put(received, ending);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ignored, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            if (answers.count() == received) {
                ChannelFuture unused = context.close();
            } else if (inBody) {
                inBody = false;
                endWithout(request -> BodyFault.cut(request, CUT));
            } else {
                ending = true;
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void write(ChannelHandlerContext ignored, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            if (ending && answers.current() == received) {
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
            closeIsTold |= response.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        }
        ChannelPromise written = promise;
        if (answers.endWith(message)) {
            endings.remove(answers.count());
            if (answers.count() == received && (ending || closeIsTold)) {
                written = promise.unvoid().addListener(sent -> end());
            }
        }
        ChannelFuture unused = context.write(message, written);
    }

    /** Lets the client read everything that was written before the connection closes. */
    private void linger() {
        if (context.pipeline().get(LingeringClose.class) == null) {
            context.pipeline().addFirst(new LingeringClose());
        }
    }

    private void end() {
        linger();
        ChannelFuture unused = context.close();
    }
}
