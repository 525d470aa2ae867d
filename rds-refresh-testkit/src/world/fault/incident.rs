//! What somebody does, or what befalls the accounts.

use std::sync::Arc;

use crate::fault::Incident;
use crate::world::agenda::{Kind, Target};
use crate::world::iam::like;
use crate::world::resource::{Key, Tags};
use crate::world::{Caller, Entry, Place, Request, Stage, World, ops};

/// The kinds that have a status.
const LIVING: [Kind; 4] = [Kind::Cluster, Kind::ClusterSnapshot, Kind::Instance, Kind::Snapshot];

impl World {
    /// Lets it happen.
    pub(super) fn suffer(&mut self, incident: &Incident) {
        self.count(incident.name());
        match incident {
            Incident::DisableKey { key } => self.each_key(key, |key, _| "Disabled".clone_into(&mut key.state)),
            Incident::EnableKey { key } => self.each_key(key, |key, _| "Enabled".clone_into(&mut key.state)),
            Incident::RevokePolicy { key } => self.each_key(key, |key, place| key.policy = Stage::own_key_policy(place)),
            Incident::RevokeGrant { name } => self.each_key("*", |key, _| {
                key.grants.retain(|grant| !like(name, grant.name.as_deref().unwrap_or(&grant.id)));
            }),
            Incident::Unshare { snapshot } => self.each(&[Kind::Snapshot], snapshot, |world, target| {
                if let Some(found) = world.at_mut(&target.place).snapshots.get_mut(&target.id) {
                    found.restore.clear();
                }
            }),
            Incident::DeleteSnapshot { snapshot } => {
                self.each(&[Kind::Snapshot, Kind::ClusterSnapshot], snapshot, |world, target| match target.kind {
                    Kind::Snapshot => {
                        world.somebody(target, incident, &ops::DeleteDbSnapshot { identifier: target.id.clone() });
                    }
                    _ => world.somebody(target, incident, &ops::DeleteDbClusterSnapshot { identifier: target.id.clone() }),
                });
            }
            Incident::RestoreWithoutTags { snapshot } => self.restore_without_tags(incident, snapshot),
            Incident::StopInstance { instance } => self.each(&[Kind::Instance], instance, |world, target| {
                let is_up = world.status_mut(target).is_some_and(|status| status == "available");
                if is_up {
                    world.agenda.forget(target);
                    world.set_status(target, "stopped");
                }
            }),
            Incident::RenameInstance { instance } => {
                self.each(&[Kind::Instance], instance, Self::renamed_by_somebody);
            }
            Incident::DeleteInstance { instance } => self.each(&[Kind::Instance], instance, |world, target| {
                let skip_final_snapshot = Some(true);
                let delete = ops::DeleteDbInstance { identifier: target.id.clone(), skip_final_snapshot, ..Default::default() };
                world.somebody(target, incident, &delete);
            }),
            Incident::Protect { resource } => self.each(&[Kind::Instance, Kind::Cluster], resource, |world, target| {
                let holdings = world.at_mut(&target.place);
                match target.kind {
                    Kind::Instance => {
                        if let Some(found) = holdings.instances.get_mut(&target.id).filter(|it| it.cluster.is_none()) {
                            found.deletion_protection = true;
                        }
                    }
                    _ => {
                        if let Some(found) = holdings.clusters.get_mut(&target.id) {
                            found.deletion_protection = true;
                        }
                    }
                }
            }),
            Incident::Untag { resource, tag } => self.each(&LIVING, resource, |world, target| {
                if let Some(tags) = world.tags_mut(target) {
                    tags.remove(tag);
                }
            }),
            Incident::Become { resource, status } => self.each(&LIVING, resource, |world, target| {
                world.end_in(target, status);
            }),
            Incident::ClockJump { by } => self.clock.advance(*by),
        }
    }

    /// The first matching snapshot that is available becomes an instance, which inherits the tags of the snapshot's source.
    fn restore_without_tags(&mut self, incident: &Incident, snapshot: &str) {
        let mut done = false;
        self.each(&[Kind::Snapshot, Kind::ClusterSnapshot], snapshot, |world, target| {
            let is_ready = world.status_mut(target).is_some_and(|status| status == "available");
            if done || !is_ready {
                return;
            }
            let id = Some(target.id.clone());
            let (snapshot, cluster_snapshot) = if target.kind == Kind::Snapshot { (id, None) } else { (None, id) };
            let restore = ops::RestoreDbInstanceFromDbSnapshot {
                identifier: "restored-by-somebody".to_owned(),
                subnet_group: world.at(&target.place).subnet_groups.keys().next().cloned(),
                class: Some("db.r6g.large".to_owned()),
                snapshot,
                cluster_snapshot,
                ..Default::default()
            };
            world.somebody(target, incident, &restore);
            done = true;
        });
    }

    /// Somebody's renaming is done at once: what a run sees of it is that the name is gone.
    fn renamed_by_somebody(&mut self, target: &Target) {
        let name = format!("{}-renamed", target.id);
        let instances = &self.at(&target.place).instances;
        let may = instances.get(&target.id).is_some_and(|it| it.status == "available" && it.cluster.is_none());
        if may && !instances.contains_key(&name) {
            self.rename(target, &name);
        }
    }

    /// Somebody of the resource's own account makes a call, which nothing strikes.
    fn somebody<R: Request>(&mut self, target: &Target, incident: &Incident, request: &R) {
        let caller = Caller::new(target.place.account.clone(), target.place.region.clone());
        let done = self.carry_out(&caller, request);
        self.journal.push(Entry {
            error: done.answer.err().map(|error| error.code),
            took_effect: done.took_effect,
            fault: Some(incident.name()),
            somebody: true,
            ..Entry::new(self.now(), &caller, R::OPERATION.name(), request.resource())
        });
    }

    fn each(&mut self, kinds: &[Kind], pattern: &str, mut act: impl FnMut(&mut Self, &Target)) {
        let mut found = Vec::new();
        for (place, holdings) in self.places() {
            for kind in kinds {
                let ids: Vec<&String> = match kind {
                    Kind::Cluster => holdings.clusters.keys().collect(),
                    Kind::ClusterSnapshot => holdings.cluster_snapshots.keys().collect(),
                    Kind::Instance => holdings.instances.keys().collect(),
                    Kind::Snapshot => holdings.snapshots.keys().collect(),
                    Kind::Key => holdings.keys.keys().collect(),
                };
                found.extend(ids.into_iter().filter(|id| like(pattern, id)).map(|id| Target::new(place, *kind, id)));
            }
        }
        for target in &found {
            act(self, target);
        }
    }

    fn each_key(&mut self, pattern: &str, mut act: impl FnMut(&mut Key, &Place)) {
        for (place, holdings) in &mut self.places {
            let named = |key: &Key| like(pattern, &key.arn) || key.aliases.iter().any(|alias| like(pattern, &alias.name));
            Arc::make_mut(holdings).keys.values_mut().filter(|key| named(key)).for_each(|key| act(key, place));
        }
    }

    pub(super) fn tags_mut(&mut self, target: &Target) -> Option<&mut Tags> {
        let holdings = self.at_mut(&target.place);
        match target.kind {
            Kind::Cluster => holdings.clusters.get_mut(&target.id).map(|it| &mut it.tags),
            Kind::ClusterSnapshot => holdings.cluster_snapshots.get_mut(&target.id).map(|it| &mut it.tags),
            Kind::Instance => holdings.instances.get_mut(&target.id).map(|it| &mut it.tags),
            Kind::Snapshot => holdings.snapshots.get_mut(&target.id).map(|it| &mut it.tags),
            Kind::Key => holdings.keys.get_mut(&target.id).map(|it| &mut it.tags),
        }
    }
}
