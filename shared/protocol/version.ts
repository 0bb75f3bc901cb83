/** Version of the wire between browser and server (rule K1). */
export const PROTOCOL_VERSION = 2
/** The oldest version that the server still speaks: 1 sends each change to a route of its own. */
export const OLDEST_PROTOCOL_VERSION = 1
