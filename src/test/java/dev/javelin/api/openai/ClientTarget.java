package dev.javelin.api.openai;

/**
 * The server that real clients talk to: the one of {@code -Djavelin.test.url} and {@code -Djavelin.test.model}, or a
 * scripted one of our own.
 */
record ClientTarget(String baseUrl, String model, AutoCloseable server) implements AutoCloseable {
    static ClientTarget open() {
        String url = System.getProperty("javelin.test.url");
        if (url != null) {
            return new ClientTarget(url, System.getProperty("javelin.test.model", ""), () -> {});
        }
        TestServer own = new TestServer();
        return new ClientTarget(own.baseUrl(), TestServer.MODEL, own);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
