package dev.javelin.api.openai;

/**
 * What every chunk and answer to a request begins with. Immutable.
 *
 * @param id with the dialect's prefix
 * @param created seconds since 1970
 * @param model the served name
 * @param fingerprint of the server
 */
record AnswerHead(String id, long created, String model, String fingerprint) {}
