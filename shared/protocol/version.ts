/** Version of the wire between browser and server. The server speaks this one and the one before (rule K1). */
export const PROTOCOL_VERSION = 1
