package dev.outbox.testservers;

/** What can be done to a server apart from talking to it. One implementation for each way in which a server is found. */
interface ServerControl extends AutoCloseable {

    /** Whether the methods below work; if not, all but {@link #close} throw {@link IllegalStateException}. */
    boolean controllable();

    /** Whether the server's main process runs, paused or not. */
    boolean isRunning();

    /** Starts a server that has ended, on the same port and data; does not wait until it answers. */
    void start();

    /** Ends the server as abruptly as it can do by itself, without a checkpoint, and waits for the end. */
    void stopImmediately();

    /** Kills all processes of the server with SIGKILL and waits for their end. */
    void kill();

    /** Halts all processes of the server; connections stay open and get no answer. */
    void pause();

    /** Lets the processes go on. */
    void resume();

    /** The last lines of the server's log, for messages. */
    String log();

    /** Ends the server and removes all that it left. Further calls have no effect. */
    @Override
    void close();
}
