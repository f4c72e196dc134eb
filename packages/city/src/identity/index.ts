export { Authority, type CredentialRequest } from './authority.ts'
export {
  CREDENTIAL_TYPE,
  type Credential,
  type CredentialStatement,
  credentialFrom,
  formatCredential,
  isCredentialSigned,
  parseCredential,
  signCredential,
} from './credential.ts'
export { IdentityError, type IdentityErrorCode } from './identity-error.ts'
export { assertDeviceId, DEVICE_ID_LENGTH_MAX, isDeviceId } from './names.ts'
export { formatKeyFile, parseKeyFile, type SigningKey, signingKey } from './signing-key.ts'
