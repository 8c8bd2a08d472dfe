package dev.javelin.server;

import dev.javelin.JavelinApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server in a JVM of its own, started as a newcomer would: without any JVM option. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern PORT = Pattern.compile("started on port (\\d+)");
    private static final long START_SECONDS = 120;

    private final Process process;
    private final List<String> log = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private int port = -1;

    /**
     * Starts a process and does not wait for it.
     *
     * @param args the command line
     */
    ServerProcess(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                JavelinApplication.class.getName(),
                "--server.port=0"));
        command.addAll(List.of(args));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread.ofPlatform().daemon().name("server-log").start(this::readLog);
    }

    private void readLog() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                onLine(line);
            }
        } catch (IOException e) {
            onLine("the log ended: " + e);
        }
    }

    private synchronized void onLine(String line) {
        log.add(line);
        Matcher matcher = PORT.matcher(line);
        if (matcher.find()) {
            port = Integer.parseInt(matcher.group(1));
        }
        notifyAll();
    }

    synchronized String log() {
        return String.join("\n", log);
    }

    /** The base address, once the server listens. */
    synchronized URI awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (port < 0) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("the server does not start:\n" + log());
            }
            wait(100);
        }
        return URI.create("http://127.0.0.1:" + port);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(awaitReady().resolve(path))
                .timeout(Duration.ofMinutes(1))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest post(String path, String json) throws InterruptedException {
        return HttpRequest.newBuilder(awaitReady().resolve(path))
                .timeout(Duration.ofMinutes(2))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }

    HttpClient client() {
        return client;
    }

    Process process() {
        return process;
    }

    /** The exit code; fails where the process does not end. */
    int awaitExit(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the server does not end:\n" + log());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        client.close();
    }
}
