package dev.outbox.testservers;

/** A server that someone else runs: nothing can be done to it. */
record ExternalServer(String origin) implements ServerControl {

    @Override
    public boolean controllable() {
        return false;
    }

    @Override
    public boolean isRunning() {
        return true;
    }

    @Override
    public void start() {
        throw refusal();
    }

    @Override
    public void stopImmediately() {
        throw refusal();
    }

    @Override
    public void kill() {
        throw refusal();
    }

    @Override
    public void pause() {
        throw refusal();
    }

    @Override
    public void resume() {
        throw refusal();
    }

    @Override
    public String log() {
        return "(the log is with the server of " + origin + ")";
    }

    @Override
    public void close() {
        // Not ours to stop.
    }

    private IllegalStateException refusal() {
        return new IllegalStateException("The server comes from " + origin + " and cannot be controlled from here:"
                + " use start() of its class for one of the test's own");
    }
}
