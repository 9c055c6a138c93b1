import { testMatrix } from '../faults/run-matrix.ts'

testMatrix(['SCIM group', 'members page 1', 'members page 2', 'nested group', 'listed users', 'one user'])
