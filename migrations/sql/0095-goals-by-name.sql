-- Who reached a goal that few reach is found without reading what reached all the others.
create index goal_hits_reached on goal_hits (workspace_id, goal, enrollment_id);
