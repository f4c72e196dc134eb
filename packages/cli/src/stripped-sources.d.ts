/** Whether what was stripped at this start is found stripped at the next. */
export declare const keepsSources: boolean
/** Has this process stripped a file of its types? */
export declare function isStripperLoaded(): boolean
