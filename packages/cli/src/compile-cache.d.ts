/** Has this process stripped a file of its types? */
export declare function isStripperLoaded(): boolean
