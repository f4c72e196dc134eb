/** Has this process stripped a file of its types? */
export declare function isStripperLoaded(): boolean
/** The program's first file was stripped before there was a cache to find it in. */
export declare const isLate: boolean
