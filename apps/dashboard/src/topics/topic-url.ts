/** What a topic in an address may be: any name the ledger can hold. */
export const TOPIC_NAME = /^.{1,64}$/su

/** The page of a topic. */
export const topicUrl = (topic: string): string => `/topics/${encodeURIComponent(topic)}`
