import { createClient } from '@redis/client'

/** A Redis that tests may talk through; without it those that want one are skipped. */
export const REDIS_URL = process.env.TEST_REDIS_URL

/** Says something on a channel, in whatever words. */
export async function publishRaw(channel: string, ...texts: string[]): Promise<void> {
  const client = createClient({ url: REDIS_URL! })
  client.on('error', () => {})
  await client.connect()
  for (const text of texts)
    await client.publish(channel, text)
  client.destroy()
}
