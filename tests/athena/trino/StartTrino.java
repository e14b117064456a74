import io.trino.server.Server;

import java.io.IOException;

/**
 * Starts Trino, and ends it when standard input closes: a test run that is killed leaves no server behind.
 * (The released main class does no more than call Server.start, and its module is not published for every version.)
 */
class StartTrino {
    public static void main(String[] arguments) {
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Nothing is ever said on this pipe; only its end matters.
                }
            }
            catch (IOException closed) {
                // As good as the end.
            }
            Runtime.getRuntime().halt(0);
        });
        new Server().start(arguments[0]);
    }
}
