// Drives a server with npm's openai client: node client.mjs BASE_URL MODEL. Prints "ok", or fails.
import assert from "node:assert/strict";
import OpenAI from "openai";

const [baseUrl, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${baseUrl}/v1`, apiKey: "none", maxRetries: 0 });
const request = {
  model,
  messages: [
    { role: "system", content: "You are brief." },
    { role: "user", content: "say hello, wörld" },
  ],
  temperature: 0,
  max_completion_tokens: 40,
};

const whole = await client.chat.completions.create(request);
const text = whole.choices[0].message.content;
assert.ok(text.length > 0);
assert.equal(whole.usage.total_tokens, whole.usage.prompt_tokens + whole.usage.completion_tokens);

let streamed = "";
let usage = null;
const stream = await client.chat.completions.create({
  ...request,
  stream: true,
  stream_options: { include_usage: true },
});
for await (const chunk of stream) {
  streamed += chunk.choices[0]?.delta?.content ?? "";
  usage = chunk.usage ?? usage;
}
assert.equal(streamed, text);
assert.equal(usage.completion_tokens, whole.usage.completion_tokens);

const aborted = await client.chat.completions.create({ ...request, stream: true });
for await (const chunk of aborted) {
  assert.ok(chunk.id.startsWith("chatcmpl-"));
  aborted.controller.abort();
  break;
}

await assert.rejects(
  client.chat.completions.create({ ...request, temperature: 9 }),
  (error) => error instanceof OpenAI.BadRequestError && error.param === "temperature",
);
await assert.rejects(
  client.chat.completions.create({ ...request, model: "nothing" }),
  (error) => error instanceof OpenAI.NotFoundError && error.code === "model_not_found",
);

const ids = [];
for await (const listed of client.models.list()) {
  ids.push(listed.id);
}
assert.ok(ids.includes(model));
console.log("ok");
