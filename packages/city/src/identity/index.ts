export { Authority, type CredentialRequest } from './authority.ts'
export {
  CREDENTIAL_TYPE,
  type Credential,
  credentialFromText,
  credentialText,
  isCredentialSignedBy,
  parseCredential,
  type SignedCredential,
} from './credential.ts'
export { CredentialBook, type CredentialRecord } from './credential-book.ts'
export { IdentityError, type IdentityErrorCode } from './identity-error.ts'
export { assertDeviceId, DEVICE_ID_LENGTH_MAX, isDeviceId } from './names.ts'
export { formatKeyFile, parseKeyFile, type SigningKey, signingKey } from './signing-key.ts'
