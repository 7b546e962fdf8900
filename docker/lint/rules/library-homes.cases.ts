import type { Cases } from '../cases.js';

export const cases: Cases = {
  name: 'libraries stay in their place',
  broken: [
    {
      path: 'backend/src/journeys/x.service.ts',
      code: `import { In } from 'typeorm'; In;`,
      says: /library-homes: .*Add a method to a repository/,
    },
    {
      path: 'backend/src/journeys/x.service.ts',
      code: `import { InjectRepository } from '@nestjs/typeorm'; InjectRepository;`,
      says: /library-homes: .*Add a method to a repository/,
    },
    {
      path: 'backend/src/journeys/x.repository.ts',
      code: `import { Client } from '@temporalio/client'; Client;`,
      says: /library-homes: .*Export what you need from @wend\/temporal/,
    },
    {
      path: 'frontend/dashboard/src/features/journey-editor/panel/x.tsx',
      code: `import type { Node } from '@xyflow/react'; export type X = Node;`,
      says: /library-homes: .*Work on the graph/,
    },
  ],
  kept: [
    { path: 'backend/src/journeys/x.entity.ts', code: `import { Entity } from 'typeorm'; Entity;` },
    { path: 'backend/src/platform/database/x.ts', code: `import { DataSource } from 'typeorm'; DataSource;` },
    { path: 'migrations/src/x.ts', code: `import { DataSource } from 'typeorm'; DataSource;` },
    {
      path: 'backend/src/enrollments/x.activities.ts',
      code: `import { Context } from '@temporalio/activity'; Context;`,
    },
    { path: 'workflows/temporal/src/x.ts', code: `import { Client } from '@temporalio/client'; Client;` },
    {
      path: 'frontend/dashboard/src/features/journey-editor/canvas/x.tsx',
      code: `import { ReactFlow } from '@xyflow/react'; ReactFlow;`,
    },
  ],
};
