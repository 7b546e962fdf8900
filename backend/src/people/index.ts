export { exportLongestMs } from './people-list.repository.js';
export { PeopleListService } from './people-list.service.js';
export { PeopleModule } from './people.module.js';
