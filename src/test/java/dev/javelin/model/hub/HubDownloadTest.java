package dev.javelin.model.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.hub.FakeHub.Fault;
import dev.javelin.model.hub.FakeHub.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HubDownloadTest extends HubFixture {
    private static final String SHA256 = FakeHub.sha256(CONTENT);

    @BeforeEach
    void fill() {
        hub.put(REPOSITORY, FILE, CONTENT);
    }

    @Test
    void laysTheCacheOutAsHuggingFaceDoes() throws IOException {
        ResolvedModel model = resolve(SOURCE);

        Path pointer = repository().resolve("snapshots").resolve(hub.commit()).resolve(FILE);
        assertEquals(
                new ResolvedModel(
                        ModelSource.parse(SOURCE),
                        List.of(new ResolvedModel.File(FILE, pointer, CONTENT.length, SHA256)),
                        hub.commit(),
                        false),
                model);
        assertEquals(Path.of("..", "..", "blobs", SHA256), Files.readSymbolicLink(pointer));
        assertArrayEquals(CONTENT, Files.readAllBytes(pointer));
        assertEquals(hub.commit(), Files.readString(repository().resolve("refs/main")));
        assertEquals(List.of(SHA256), names(repository().resolve("blobs")));
    }

    @Test
    void theTokenNeverReachesTheContentServer() {
        hub.requireToken("hf_secret");
        resolve(SOURCE, settings(hub.endpoint(), "hf_secret", false));

        assertTrue(hub.seen("hub").stream().allMatch(s -> "Bearer hf_secret".equals(s.header("Authorization"))));
        assertEquals(1, hub.seen("content").size());
        assertNull(hub.seen("content").getFirst().header("Authorization"));
    }

    @Test
    void smallFilesComeStraightAndAreCheckedAsGitBlobs() throws IOException {
        byte[] small = bytes(3, 500);
        hub.put(REPOSITORY, "sub dir/small.gguf", small);
        hub.failHub(new Fault.None(), new Fault.Corrupt());

        ResolvedModel model = resolve("hf:" + REPOSITORY + "/sub dir/small.gguf");

        assertArrayEquals(small, Files.readAllBytes(model.mainFile().path()));
        assertNull(model.mainFile().sha256());
        assertEquals(
                Path.of("..", "..", "..", "blobs", FakeHub.gitSha1(small)),
                Files.readSymbolicLink(model.mainFile().path()));
        assertEquals(3, hub.seen("hub").size(), "one look, a wrong download, a right one");
    }

    @Test
    void anEmptyFileIsAFile() throws IOException {
        hub.put(REPOSITORY, "empty.gguf", new byte[0]);
        assertEquals(
                0,
                Files.size(
                        resolve("hf:" + REPOSITORY + "/empty.gguf").mainFile().path()));
    }

    @Test
    void aCachedFileIsLookedUpButNotDownloadedAgain() {
        resolve(SOURCE);
        ResolvedModel again = resolve(SOURCE);

        assertTrue(again.cached());
        assertEquals(1, hub.seen("content").size());
        assertEquals("HEAD", hub.seen("hub").getLast().method());
    }

    @Test
    void aPinnedCachedFileNeedsNoNetwork() {
        String pinned = SOURCE + "@" + hub.commit();
        resolve(pinned);
        int before = hub.seen().size();

        assertTrue(resolve(pinned).cached());
        assertEquals(before, hub.seen().size());
    }

    @Test
    void aMovedBranchReusesEqualContent() throws IOException {
        resolve(SOURCE);
        hub.moveTo("f".repeat(40));
        ResolvedModel moved = resolve(SOURCE);

        assertEquals("f".repeat(40), moved.commit());
        assertEquals(1, hub.seen("content").size());
        assertEquals("f".repeat(40), Files.readString(repository().resolve("refs/main")));
    }

    @Test
    void resumesWhatAnEarlierProcessLeft() throws IOException {
        leavePart(Arrays.copyOf(CONTENT, 100_000), "\"cdn-1\"");
        assertContent(resolve(SOURCE));

        Seen request = hub.seen("content").getFirst();
        assertEquals("bytes=100000-", request.header("Range"));
        assertEquals("\"cdn-1\"", request.header("If-Range"));
        assertEquals(1, hub.seen("content").size());
    }

    @Test
    void startsOverWhenTheContentServerHasOtherBytes() throws IOException {
        leavePart(Arrays.copyOf(CONTENT, 100_000), "\"cdn-0\"");
        assertContent(resolve(SOURCE));
        assertEquals(1, hub.seen("content").size(), "the answer to the mismatch is the whole file");
    }

    @Test
    void startsOverWhenTheServerIgnoresRange() throws IOException {
        leavePart(Arrays.copyOf(CONTENT, 100_000), "\"cdn-1\"");
        hub.failContent(new Fault.IgnoreRange());
        assertContent(resolve(SOURCE));
        assertEquals(1, hub.seen("content").size());
    }

    @Test
    void startsOverWhenTheServerSendsAnotherRange() throws IOException {
        leavePart(Arrays.copyOf(CONTENT, 100_000), "\"cdn-1\"");
        hub.failContent(new Fault.Status(206, Map.of("Content-Range", "bytes 5-9/10")));
        assertContent(resolve(SOURCE));
        assertNull(hub.seen("content").getLast().header("Range"));
    }

    @Test
    void aPartLongerThanTheFileIsDropped() throws IOException {
        leavePart(new byte[CONTENT.length + 1], "\"cdn-1\"");
        assertContent(resolve(SOURCE));
        assertNull(hub.seen("content").getFirst().header("Range"));
    }

    @Test
    void aCompletePartIsOnlyVerified() throws IOException {
        leavePart(CONTENT, "\"cdn-1\"");
        assertContent(resolve(SOURCE));
        assertEquals(0, hub.seen("content").size());
    }

    @Test
    void aWrongPartIsFoundByTheChecksumAndReplaced() throws IOException {
        leavePart(new byte[100_000], "\"cdn-1\"");
        assertContent(resolve(SOURCE));
        assertEquals(2, hub.seen("content").size());
    }

    @Test
    void wrongContentTwiceIsAnErrorAndLeavesNothing() throws IOException {
        hub.failContent(new Fault.Corrupt(), new Fault.Corrupt());
        JavelinException e = refusal(SOURCE);

        assertCode(ErrorCode.MODEL_CORRUPT, e);
        assertTrue(e.reason().contains(SHA256), e.reason());
        assertEquals(List.of(), names(repository().resolve("blobs")));
    }

    @Test
    void aTruncatedBodyIsResumedWhereItBroke() throws IOException {
        hub.failContent(new Fault.Truncate(120_000), new Fault.Truncate(50_000));
        assertContent(resolve(SOURCE));

        assertEquals("bytes=120000-", hub.seen("content").get(1).header("Range"));
        assertEquals("bytes=170000-", hub.seen("content").get(2).header("Range"));
        assertEquals(List.of(Duration.ofSeconds(1), Duration.ofSeconds(2)), host.sleeps);
    }

    @Test
    void aSilentBodyIsGivenUpAndResumed() throws IOException {
        hub.failContent(new Fault.Stall(60_000));
        assertContent(resolve(SOURCE));
        assertEquals("bytes=60000-", hub.seen("content").getLast().header("Range"));
    }

    @Test
    void aConnectionThatKeepsBreakingEndsInAnErrorAndAPart() throws IOException {
        for (int i = 0; i < Retries.DEFAULT.attempts(); i++) {
            hub.failContent(new Fault.Truncate(10_000));
        }
        JavelinException e = refusal(SOURCE);

        assertCode(ErrorCode.MODEL_UNAVAILABLE, e);
        assertEquals(5, hub.seen("content").size());
        assertEquals(50_000, Files.size(part(CONTENT)));
        assertContent(resolve(SOURCE));
        assertEquals("bytes=50000-", hub.seen("content").getLast().header("Range"));
    }

    @Test
    void serverErrorsAreTriedAgain() throws IOException {
        hub.failHub(status(503), status(500));
        hub.failContent(status(502));
        assertContent(resolve(SOURCE));
        assertEquals(List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(1)), host.sleeps);
    }

    @Test
    void tooManyRequestsWaitsAsLongAsAsked() throws IOException {
        hub.failHub(new Fault.Status(429, Map.of("Retry-After", "17")));
        assertContent(resolve(SOURCE));
        assertEquals(List.of(Duration.ofSeconds(17)), host.sleeps);
    }

    @Test
    void aWaitMayBeGivenAsATime() throws IOException {
        hub.failHub(new Fault.Status(429, Map.of("Retry-After", "Sun, 22 Nov 2026 12:00:09 GMT")));
        assertContent(resolve(SOURCE));
        assertEquals(List.of(Duration.ofSeconds(9)), host.sleeps);
    }

    @Test
    void aWaitOverTheLimitIsRefused() {
        hub.failHub(new Fault.Status(429, Map.of("Retry-After", "3600")));
        JavelinException e = refusal(SOURCE);
        assertTrue(e.reason().contains("429") && e.reason().contains("3600 s, the limit is 60 s"), e.reason());
        assertEquals(List.of(), host.sleeps);
    }

    @Test
    void aFullDiskIsSaidWithTheNumbersBeforeAnyByteIsAskedFor() {
        host.usableBytes = 1_000_000;
        JavelinException e = refusal(SOURCE);
        assertCode(ErrorCode.MODEL_UNAVAILABLE, e);
        assertTrue(e.reason().contains("300.0 kB") && e.reason().contains("1.0 MB"), e.reason());
        assertEquals(0, hub.seen("content").size());
    }

    @Test
    void withoutLinksTheContentStandsInTheSnapshot() throws IOException {
        host.hasLinks = false;
        ResolvedModel model = resolve(SOURCE);

        assertFalse(Files.isSymbolicLink(model.mainFile().path()));
        assertContent(model);
        assertTrue(resolve(SOURCE).cached());
        assertEquals(1, hub.seen("content").size());
    }

    @Test
    void anEtagThatIsNoHashStillNamesTheBlob() throws IOException {
        hub.overrideEtag("mirror-tag-12");
        ResolvedModel model = resolve(SOURCE);
        assertContent(model);
        assertNull(model.mainFile().sha256());
    }

    @Test
    void anEtagOrCommitThatLeavesTheCacheIsRefused() throws IOException {
        hub.overrideEtag("../../../../evil");
        assertTrue(refusal(SOURCE).reason().contains("ETag"));
        hub.overrideEtag(SHA256).moveTo("../../evil");
        assertTrue(refusal(SOURCE).reason().contains("commit"));
        assertFalse(Files.exists(cache()));
    }

    @Test
    void redirectsThatLoopOrLeaveTheWebAreRefused() {
        for (int i = 0; i < 6 * 5; i++) {
            hub.failHub(new Fault.Status(302, Map.of("Location", "/loop")));
        }
        assertTrue(refusal(SOURCE).reason().contains("redirects"));
        for (int i = 0; i < 5; i++) {
            hub.failHub(new Fault.Status(302, Map.of("Location", "file:///etc/passwd")));
        }
        assertTrue(refusal(SOURCE).reason().contains("neither http nor https"));
    }

    @Test
    void aRenamedRepositoryIsFollowed() throws IOException {
        Fault moved = new Fault.Status(307, Map.of("Location", "/" + REPOSITORY + "/resolve/main/" + FILE));
        hub.failHub(moved, new Fault.None(), moved);
        assertContent(resolve("hf:acme/old-name/" + FILE));
    }

    private static Fault status(int status) {
        return new Fault.Status(status, Map.of());
    }

    private void leavePart(byte[] bytes, String etag) throws IOException {
        Files.createDirectories(part(CONTENT).getParent());
        Files.write(part(CONTENT), bytes);
        Files.writeString(part(CONTENT).resolveSibling(part(CONTENT).getFileName() + ".etag"), etag);
    }

    private static void assertContent(ResolvedModel model) throws IOException {
        assertArrayEquals(CONTENT, Files.readAllBytes(model.mainFile().path()));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }
}
