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
 * The requests of an HTTP/1 connection and their answers, as far as Vert.x does not look after them:
 *
 * <ul>
 *   <li>A body whose framing is broken is answered with 400 before the connection closes; Vert.x would close at once.
 *   <li>A digest that comes behind a body is not passed over: Vert.x throws trailers away.
 *   <li>A client that says that it will send no more gets the answers to the requests it has sent; the last one is refused if
 *       its body is not whole.
 *   <li>What a client sends behind a request whose answer says that the connection closes is not looked at. The client sees
 *       the connection's end right behind that answer, also when it has not sent all of its body: Vert.x would keep both
 *       waiting for each other.
 * </ul>
 *
 * <p>Stands just before Vert.x' own handler. Confined to the connection's event loop.
 */
final class Exchanges extends ChannelDuplexHandler {
    /** How a body ended, if it did so before its request is routed. */
    private interface Ending {
        /** Tells the request; says whether anything is still to be done for it. */
        boolean tell(RoutingContext request);
    }

    /** Why a body never ends as it should. */
    private interface Fault {
        /** Notes it at its request. */
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

    /** Begins to look after a connection, if that is not done yet; {@code next} is the name of Vert.x' handler. */
    static void watch(ChannelPipeline pipeline, String next) {
        if (pipeline.get(Exchanges.class) == null) {
            pipeline.addBefore(next, Exchanges.class.getName(), new Exchanges());
        }
    }

    /** Takes note of a request that is about to be answered. */
    static void pass(RoutingContext request) {
        if (request.request().connection() instanceof ConnectionBase connection) {
            Exchanges exchanges = connection.channel().pipeline().get(Exchanges.class);
            if (exchanges != null && !exchanges.goesOn(request)) {
                return;
            }
        }
        request.next();
    }

    /**
     * Whether there is anything to be done for the request: not when its body is known to be broken, or it comes too
     * late.
     */
    private boolean goesOn(RoutingContext request) {
        // The router of the management port gets some requests from the other one: they come by here twice.
        if (latest.filter(known -> known.request() == request.request()).isPresent()) {
            return true;
        }
        if (closeIsTold) {
            end();
            return false;
        }
        // Not every request comes by here: not one whose target is no path.
        routed = answers.current();
        latest = Optional.of(request);
        Ending known = endings.remove(routed);
        return known == null || known.tell(request);
    }

    private static boolean refuse(RoutingContext request, Fault fault) {
        fault.noteAt(request);
        if (SmallBody.isStream(request) || SmallBody.isComing(request)) {
            // Whoever takes the body answers.
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

    /** The rest of the body will not come. Its request is refused, and the connection ends behind the answer. */
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
     * Ends the body: whoever has taken it so far asks what is wrong with it.
     *
     * <p>ORDER: after its request was told of it. A body that nobody knows to be broken or cut never ends.
     */
    private void endBody() {
        context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    /** Tells the request whose body is just coming, or will once it is routed. */
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

    /** Has the client get to read what was written before the connection closes. */
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
