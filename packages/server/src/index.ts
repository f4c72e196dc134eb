export * from './crypto/index.ts'
export * from './database/index.ts'
export * from './folder/index.ts'
