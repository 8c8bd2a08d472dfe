package dev.javelin.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.hub.FakeHub.Fault;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HubRefusalTest extends HubFixture {
    private static final URI NOWHERE = URI.create("http://no-such-host.invalid");

    @Test
    void aGatedModelTellsTokenAndPage() {
        hub.put(REPOSITORY, FILE, CONTENT).requireToken("right");
        String reason = refusal(SOURCE).reason();
        assertTrue(reason.contains("set HF_TOKEN"), reason);
        assertTrue(reason.contains("licence at " + hub.endpoint() + "/" + REPOSITORY), reason);
        assertTrue(reason.contains("GatedRepo"), reason);

        String withToken =
                refusal(SOURCE, settings(hub.endpoint(), "wrong", false)).reason();
        assertTrue(withToken.contains("the token in HF_TOKEN may not read it"), withToken);
        assertEquals(List.of(), host.sleeps, "a refusal is not tried again");
    }

    @Test
    void aMissingFileNamesRepositoryRevisionAndFile() {
        hub.put(REPOSITORY, FILE, CONTENT);
        String reason = refusal("hf:" + REPOSITORY + "/other.gguf@v1").reason();
        assertTrue(reason.contains("repository acme/tiny-GGUF, revision v1, file other.gguf"), reason);
    }

    @Test
    void theFileIsChosenByFormat() {
        hub.put(REPOSITORY, FILE, CONTENT).put(REPOSITORY, "tiny-Q4_K_M.gguf", CONTENT);
        hub.put(REPOSITORY, "tiny-Q4_1.gguf", bytes(1, 2000)).put(REPOSITORY, "../tiny-Q4_1.gguf", CONTENT);
        assertEquals("tiny-Q4_1.gguf", resolve("hf:" + REPOSITORY).mainFile().name());
        quants = new QuantPreference(List.of("q8_0"));
        assertEquals(FILE, resolve("hf:" + REPOSITORY).mainFile().name());
    }

    @Test
    void noReadableFormatListsTheFiles() {
        hub.put(REPOSITORY, "tiny-Q4_K_M.gguf", CONTENT).put(REPOSITORY, "README.md", CONTENT);
        JavelinException e = refusal("hf:" + REPOSITORY);
        assertCode(ErrorCode.MODEL_UNSUPPORTED, e);
        assertTrue(e.reason().contains("README.md, tiny-Q4_K_M.gguf"), e.reason());
    }

    @Test
    void aHubThatIsDownYieldsToTheCache() {
        hub.put(REPOSITORY, FILE, CONTENT);
        resolve(SOURCE);
        URI endpoint = hub.endpoint();
        hub.close();

        assertTrue(resolve(SOURCE, settings(endpoint, null, false)).cached());
        assertTrue(resolve("hf:" + REPOSITORY, settings(NOWHERE, null, false)).cached());
        assertEquals(List.of(), host.sleeps);
    }

    @Test
    void aBusyHubYieldsToTheCacheAtOnce() {
        hub.put(REPOSITORY, FILE, CONTENT);
        resolve(SOURCE);
        hub.failHub(new Fault.Status(503, Map.of()));
        assertTrue(resolve(SOURCE).cached());
        assertEquals(List.of(), host.sleeps);
    }

    @Test
    void aPageThatIsNoHubYieldsToTheCache() {
        hub.put(REPOSITORY, FILE, CONTENT);
        resolve(SOURCE);
        hub.failHub(new Fault.Status(200, Map.of("Content-Type", "text/html")));
        assertTrue(resolve(SOURCE).cached());
    }

    @Test
    void anUpdateThatFailsLeavesTheOldCopyInUse() {
        hub.put(REPOSITORY, FILE, CONTENT);
        ResolvedModel old = resolve(SOURCE);
        hub.put(REPOSITORY, FILE, bytes(8, 2000)).moveTo("e".repeat(40));
        for (int i = 0; i < 5; i++) {
            hub.failContent(new Fault.Truncate(10));
        }
        assertEquals(old.mainFile(), resolve(SOURCE).mainFile());
        assertEquals(
                old.mainFile(),
                resolve(SOURCE, settings(hub.endpoint(), null, true)).mainFile());
    }

    @Test
    void offlineUsesTheCacheAndNothingElse() {
        hub.put(REPOSITORY, FILE, CONTENT);
        HubSettings offline = settings(hub.endpoint(), null, true);
        String reason = refusal(SOURCE, offline).reason();
        assertTrue(reason.contains("HF_HUB_OFFLINE"), reason);
        assertEquals(0, hub.seen().size());

        resolve(SOURCE);
        int before = hub.seen().size();
        assertTrue(resolve(SOURCE, offline).cached());
        assertEquals(before, hub.seen().size());
    }

    @Test
    void aNameThatDoesNotResolveIsSaid() {
        JavelinException e = refusal(SOURCE, settings(NOWHERE, null, false));
        assertEquals("the name no-such-host.invalid does not resolve", e.reason());
        assertEquals(List.of(), host.sleeps);
    }

    @Test
    void aRefusedConnectionIsSaid() {
        URI endpoint = hub.endpoint();
        hub.close();
        String reason = refusal(SOURCE, settings(endpoint, null, false)).reason();
        assertTrue(reason.startsWith("no connection to 127.0.0.1:" + endpoint.getPort()), reason);
    }

    @Test
    void aHubThatSaysNothingIsGivenUp() {
        retries = Retries.DEFAULT.once();
        hub.failHub(new Fault.Delay(5000));
        hub.put(REPOSITORY, FILE, CONTENT);
        String reason = refusal(SOURCE).reason();
        assertTrue(reason.contains("gave no answer within 400 ms"), reason);
    }
}
